"""Emoji by their short names: the common ones, as a table. A name that is not here is shown as it was typed."""

import re
from collections.abc import Mapping

_TABLE = """
+1 👍  -1 👎  100 💯  thumbsup 👍  thumbsdown 👎  clap 👏  raised_hands 🙌  pray 🙏  wave 👋  ok_hand 👌  muscle 💪
point_left 👈  point_right 👉  point_up 👆  point_down 👇  raised_hand ✋  handshake 🤝  salute 🫡  eyes 👀  ear 👂
smile 😄  grinning 😀  joy 😂  slightly_smiling_face 🙂  sweat_smile 😅  thinking_face 🤔  thinking 🤔  scream 😱
sob 😭  cry 😢  tired_face 😫  sleeping 😴  sunglasses 😎  grimacing 😬  upside_down_face 🙃  face_palm 🤦
facepalm 🤦  shrug 🤷  heart ❤️  broken_heart 💔  tada 🎉  sparkles ✨  fire 🔥  boom 💥  zap ⚡  star ⭐  rocket 🚀
white_check_mark ✅  heavy_check_mark ✔️  ballot_box_with_check ☑️  x ❌  negative_squared_cross_mark ❎
heavy_plus_sign ➕  heavy_minus_sign ➖  question ❓  grey_question ❔  exclamation ❗  bangbang ‼️
warning ⚠️  no_entry ⛔  no_entry_sign 🚫  octagonal_sign 🛑  stop_sign 🛑  construction 🚧  rotating_light 🚨
red_circle 🔴  large_orange_circle 🟠  large_yellow_circle 🟡  large_green_circle 🟢  large_blue_circle 🔵
large_purple_circle 🟣  large_brown_circle 🟤  black_circle ⚫  white_circle ⚪  large_red_square 🟥
large_orange_square 🟧  large_yellow_square 🟨  large_green_square 🟩  large_blue_square 🟦
black_small_square ▪️  white_small_square ▫️  small_blue_diamond 🔹  small_orange_diamond 🔸  radio_button 🔘
arrow_right ➡️  arrow_left ⬅️  arrow_up ⬆️  arrow_down ⬇️  arrow_forward ▶️  arrow_backward ◀️
fast_forward ⏩  rewind ⏪  double_vertical_bar ⏸️  black_square_for_stop ⏹️  leftwards_arrow_with_hook ↩️
arrow_right_hook ↪️  repeat 🔁  arrows_counterclockwise 🔄  twisted_rightwards_arrows 🔀  back 🔙  soon 🔜
bell 🔔  no_bell 🔕  mega 📣  loudspeaker 📢  speech_balloon 💬  thought_balloon 💭  pager 📟  iphone 📱
telephone_receiver 📞  phone ☎️  email 📧  envelope ✉️  inbox_tray 📥  outbox_tray 📤  incoming_envelope 📨
clock1 🕐  clock3 🕒  clock12 🕛  alarm_clock ⏰  stopwatch ⏱️  timer_clock ⏲️  hourglass ⌛
hourglass_flowing_sand ⏳  calendar 📆  date 📅  spiral_calendar_pad 🗓️
book 📖  books 📚  notebook 📓  blue_book 📘  green_book 📗  orange_book 📙  closed_book 📕  ledger 📒
memo 📝  pencil 📝  pencil2 ✏️  clipboard 📋  page_facing_up 📄  scroll 📜  bookmark 🔖  label 🏷️
pushpin 📌  round_pushpin 📍  paperclip 📎  link 🔗  lock 🔒  unlock 🔓  key 🔑  mag 🔍  mag_right 🔎
bar_chart 📊  chart_with_upwards_trend 📈  chart_with_downwards_trend 📉  bulb 💡  gear ⚙️  wrench 🔧  hammer 🔨
hammer_and_wrench 🛠️  toolbox 🧰  test_tube 🧪  microscope 🔬  satellite 🛰️  satellite_antenna 📡  computer 💻
desktop_computer 🖥️  keyboard ⌨️  floppy_disk 💾  package 📦  file_folder 📁  open_file_folder 📂
card_index_dividers 🗂️  wastebasket 🗑️  electric_plug 🔌  battery 🔋  globe_with_meridians 🌐  robot_face 🤖
bust_in_silhouette 👤  busts_in_silhouette 👥  firefighter 🧑‍🚒  fire_engine 🚒  fire_extinguisher 🧯  ambulance 🚑
police_car 🚓  crown 👑  trophy 🏆  dart 🎯  checkered_flag 🏁  triangular_flag_on_post 🚩  white_flag 🏳️
shield 🛡️  bug 🐛  beetle 🪲  ghost 👻  skull 💀  turtle 🐢  snail 🐌  whale 🐳  coffee ☕  pizza 🍕
sunny ☀️  cloud ☁️  thunder_cloud_and_rain ⛈️  snowflake ❄️  rainbow 🌈  ocean 🌊  seedling 🌱  herb 🌿
one 1️⃣  two 2️⃣  three 3️⃣  four 4️⃣  five 5️⃣  six 6️⃣  seven 7️⃣  eight 8️⃣  nine 9️⃣  zero 0️⃣
new 🆕  free 🆓  ok 🆗  sos 🆘  up 🆙  cool 🆒  information_source ℹ️  recycle ♻️  infinity ♾️
heavy_exclamation_mark ❗  vertical_traffic_light 🚦  traffic_light 🚥  passport_control 🛂  customs 🛃
credit_card 💳  moneybag 💰  shopping_trolley 🛒  hospital 🏥  bank 🏦  factory 🏭  house 🏠  office 🏢
"""

_WORDS = _TABLE.split()
EMOJI: Mapping[str, str] = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))

_NAME = re.compile(r":([a-z0-9_+'-]+):")


def emoji(name: str) -> str:
    """The sign called `name`, or the name between its colons."""
    return EMOJI.get(name, f":{name}:")


def with_emoji(text: str) -> str:
    """The text with every known `:name:` as its sign."""
    return _NAME.sub(lambda found: emoji(found.group(1)), text)
