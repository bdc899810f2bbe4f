"""Which files are menus of procedures, and which one procedure from top to bottom, in the languages teams write in."""

import pytest

from incidentbot.documents.runbook_reader import read_runbook
from incidentbot.documents.runbooks.runbook_menu import for_others, menu_of

PROCEDURES = {
    "english": ("Diagnosis", "Mitigation", "Verification", "Escalation"),
    "german": ("Vorbereitung", "Diagnose", "Behebung", "Überprüfung"),
    "french": ("Diagnostic", "Résolution", "Vérification", "Escalade"),
    "spanish": ("Diagnóstico", "Mitigación", "Verificación"),
    "portuguese": ("Diagnóstico", "Mitigação", "Verificação"),
    "italian": ("Diagnosi", "Risoluzione", "Verifica"),
    "dutch": ("Voorbereiding", "Oplossing", "Controle"),
    "russian": ("Диагностика", "Решение", "Проверка"),
    "japanese": ("準備", "手順", "検証"),
}
MENUS = {
    "german": ("Benutzer anlegen", "Postfach sperren", "Absender freigeben"),
    "french": ("Ajouter un serveur", "Retirer un serveur", "Renouveler le certificat"),
    "spanish": ("Disco lleno", "Cola bloqueada", "Certificado vencido"),
    "russian": ("Диск переполнен", "Очередь растёт", "Сертификат истёк"),
}


def book(sections: tuple[str, ...]) -> str:
    listed = "1. Restart the service: `restart a`\n2. Look at the log: `tail a`\n"
    return "# T\n\n" + "\n".join(f"## {section}\n\n{listed}" for section in sections)


@pytest.mark.parametrize("language", PROCEDURES)
def test_phases_of_one_procedure_are_no_menu(language: str) -> None:
    assert menu_of(read_runbook(book(PROCEDURES[language]), path="a.md")) == ()


@pytest.mark.parametrize("language", MENUS)
def test_procedures_side_by_side_are_a_menu(language: str) -> None:
    assert menu_of(read_runbook(book(MENUS[language]), path="a.md")) == MENUS[language]


def test_what_is_for_customers_is_set_aside_in_other_languages_too() -> None:
    read = read_runbook(book(("Behebung", "Für die Kunden", "Para reiniciar el servicio")), path="a.md")

    assert for_others(read) == ("Für die Kunden",)
