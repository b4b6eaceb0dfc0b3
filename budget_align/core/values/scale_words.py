"""Words for scales in the official languages of all countries, those by which the Unicode CLDR shortens large numbers.

Words that mean different scales in two languages, such as "billion", and those of fewer than four letters that are no
abbreviation are left out. A test holds them against babel.
"""

from __future__ import annotations

from typing import Final

SCALE_WORDS: Final[dict[int, tuple[str, ...]]] = {
    1_000: (
        *("dausend", "dsd", "duizend", "ezer", "hilj", "hiljada", "hiljade", "libo", "mhíle", "mijë", "milers"),
        *("millier", "ming", "míle", "nghìn", "ribu", "tausend", "thousand", "tisoč", "tisuća", "tisuće", "tisíc"),
        *("tisíca", "tisíce", "tuhat", "tuhatta", "tusen", "tusind", "tys", "tysiąc", "tysiąca", "tysiące"),
        *("tysięcy", "túsund", "tūkst", "tūkstantis", "tūkstančiai", "tūkstančio", "tūkstančių", "tūkstotis"),
        *("tūkstoši", "tūkstošu", "þúsund", "χιλ", "χιλιάδα", "χιλιάδεσ", "илј", "илјада", "илјади", "минг"),
        *("миң", "мың", "мянга", "тис", "тисяч", "тисяча", "тисячі", "тыс", "тысяч", "тысяча", "тысячи", "тысячы"),
        *("хил", "хиляди", "хиљ", "хиљада", "хиљаде", "ҳазор", "ҳзр", "հազար", "հզր", "אלף", "آلاف", "ألف"),
        *("هزار", "ہزار", "हज़ार", "हजार", "হাজার", "ஆயிரம்", "දහස", "พัน", "ພັນ", "སྟོང་ཕྲག", "ထောင်", "ათასი"),
        *("ពាន់", "ẹgbẹ̀rún"),
    ),
    10_000: (*("หมื่น", "ཁྲི་ཕྲག", "သောင်း"),),
    100_000: (*("لاکھ", "लाख", "লাখ", "แสน", "ແສນ", "འབུམ་ཕྲག", "သိန်း"),),
    1_000_000: (
        *("juta", "mhilliún", "milhão", "milhões", "milijon", "milijona", "milijonai", "milijonas", "milijone"),
        *("milijoni", "milijono", "milijonov", "milijonų", "milijun", "milijuna", "milioane", "milion", "miliona"),
        *("milione", "milioni", "milions", "milionu", "miliony", "milionów", "milionů", "milió", "milión", "milióna"),
        *("miliónov", "milióny", "milj", "miljoen", "miljon", "miljoner", "miljoni", "miljonit", "miljons"),
        *("miljonu", "miljoona", "miljoonaa", "million", "millionar", "millionen", "millioner", "millions"),
        *("millioun", "milliounen", "millió", "millión", "milliónir", "milliún", "milljón", "milljónir", "millones"),
        *("millón", "milyan", "milyon", "mln", "mílíọ̀nù", "triệu", "εκατομμύρια", "εκατομμύριο", "милион"),
        *("милиона", "милиони", "миллион", "миллиона", "миллионов", "млн", "мільйон", "мільйона", "мільйони"),
        *("мільйонів", "мільён", "мільёна", "мільёнаў", "мільёны", "сая", "միլիոն", "մլն", "מיליון", "ملايين"),
        *("مليون", "میلیون", "மில்லியன்", "මිලියන", "ล้าน", "ລ້ານ", "ས་ཡ་", "သန်း", "მილიონი", "მლნ", "ሚሊዮን"),
        *("លាន",),
    ),
    10_000_000: (*("کروڑ", "करोड़", "কোটি", "བྱེ་བ་", "ကုဋေ"),),
    100_000_000: (*("དུང་ཕྱུར་",),),
    1_000_000_000: (
        *("bhilliún", "bilhão", "bilhões", "billiún", "bilyan", "bilyon", "bilíọ̀nù", "mbilliún", "miliar"),
        *("miliard", "miliarda", "miliarde", "miliardi", "miliardo", "miliardy", "miliardów", "milijard", "milijarda"),
        *("milijardai", "milijardas", "milijarde", "milijardi", "milijardo", "milijardų", "miliárd", "miljard"),
        *("miljarder", "miljardi", "miljardia", "miljardit", "miljards", "miljardu", "milliard", "milliardar"),
        *("milliarde", "milliarden", "milliarder", "milliardir", "milliards", "milliárd", "milljarðar", "milljarður"),
        *(
            "milyar",
            "milyard",
            "mld",
            "mljrd",
            "mlr",
            "mlrd",
            "mrd",
            "piliona",
            "δισ",
            "δισεκατομμύρια",
            "δισεκατομμύριο",
        ),
        *("милиард", "милиарда", "милијарда", "милијарде", "милијарди", "миллиард", "миллиарда", "миллиардов"),
        *("милј", "млд", "млрд", "мільярд", "мільярда", "мільярдаў", "мільярди", "мільярды", "мільярдів", "тэрбум"),
        *("միլիարդ", "մլրդ", "מיליארד", "ارب", "مليار", "میلیارد", "अरब", "শত কো", "பில்லியன்", "බිලියන", "พันล้าน"),
        *("ຕື້", "მილიარდი", "მლრ", "მლრდ", "ቢሊዮን", "ប៊ីលាន"),
    ),
    1_000_000_000_000: (
        *("bilijon", "bilijona", "bilijoni", "bilijonov", "bilijun", "bilijuna", "biliona", "bilionu", "biliony"),
        *("bilionów", "bilionů", "bilião", "bilió", "bilión", "bilióna", "biliónov", "bilióny", "biliões", "bilj"),
        *("biljoen", "biljon", "biljoner", "biljoona", "biljoonaa", "billionar", "billionen", "billioner", "billioun"),
        *("billiounen", "billió", "billión", "billiónir", "billjón", "billjónir", "billones", "billón", "bln"),
        *("dtrilliún", "lcr", "nghìn tỷ", "thrilliún", "tiliona", "tiriliọ̀nù", "tirilyan", "tril", "trilhão"),
        *("trilhões", "trilijonai", "trilijonas", "trilijono", "trilijonų", "trilioane", "trilion", "triliun"),
        *("trilj", "triljon", "triljoni", "triljonit", "triljons", "triljonu", "trillion", "trilliún", "trilyon"),
        *("trion", "trln", "τρισ", "τρισεκατομμύρια", "τρισεκατομμύριο", "бил", "билион", "билиона", "билиони"),
        *("их наяд", "трилион", "трилиона", "триллион", "триллиона", "триллионов", "трильйон", "трильйона"),
        *("трильйони", "трильйонів", "трлн", "трыльён", "трыльёна", "трыльёнаў", "трыльёны", "տրիլիոն", "տրլն"),
        *("טריליון", "ترليون", "تریلیون", "هزارمیلیارد", "ٹریلین", "লা . কো", "লাখ কোটি", "டிரில்லியன்", "ට්‍රි"),
        *("ට්‍රිලියන", "ล้านล้าน", "ລ້ານລ້ານ", "དུང་ཕྱུར་ཁྲི་", "ကုဋေ   သိန်း", "ဋေ သိန်း", "ტრილიონი", "ტრლ"),
        *("ትሪሊዮን", "ទ្រីលាន"),
    ),
}
"""The words for each scale, in small letters."""

EASTERN_SCALES: Final = {
    **dict.fromkeys("千仟천", 1_000),
    **dict.fromkeys("万萬만", 10_000),
    **dict.fromkeys(("十万", "十萬", "십만"), 100_000),
    **dict.fromkeys(("百万", "百萬", "백만"), 1_000_000),
    **dict.fromkeys(("千万", "千萬", "천만"), 10_000_000),
    **dict.fromkeys("亿億억", 100_000_000),
    **dict.fromkeys(("十亿", "十億", "십억"), 1_000_000_000),
    **dict.fromkeys(("兆", "조"), 1_000_000_000_000),
}
"""Scales as they are written in Chinese, Japanese and Korean, right before the currency."""
