"""Closed lists of words that tell what a column holds."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What people write where there is no value, in lower case.
MISSING_WORDS = _words(
    "na n/a n.a. n.a #n/a #na <na> nan -nan null nil none (null) (none) [null] \\n undefined "
    "missing unknown unbekannt inconnu desconocido tbd tba tbc k.a. keine - -- --- \u2013 \u2014 . "
    ".. … ? ?? ??? * #value! #ref! #div/0! #null! #name? #num! empty blank void"
) | {
    "not available",
    "not applicable",
    "not known",
    "no data",
    "no value",
    "keine angabe",
    "sin datos",
    "(blank)",
    "(empty)",
    "n / a",
    "not specified",
    "not provided",
    "to be determined",
}

TRUTH_WORDS = _words(
    "true false t f yes no y n on off 0 1 ja nein j oui non o si sí sim não nao vrai faux wahr "
    "falsch verdadero falso active inactive enabled disabled да нет"
)

# ISO 3166-1 alpha-2.
COUNTRY_CODES = _words(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM "
    "ZW UK EU XK"
)

# ISO 3166-1 alpha-3.
COUNTRY_CODES_3 = _words(
    "ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD "
    "BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR "
    "COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH "
    "ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL "
    "GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR "
    "JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR "
    "MCO MDA MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL "
    "NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN PER PHL PLW PNG POL PRI PRK PRT PRY "
    "PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP "
    "SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKM TKL TLS TON TTO TUN TUR TUV TWN TZA "
    "UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE"
)

# ISO 4217, those in use and some that data still have.
CURRENCY_CODES = _words(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS "
    "KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
    "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD "
    "TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL DEM FRF ITL "
    "ATS BTC ETH"
)

# Frequent given names of many countries, in lower case: enough of them make a column of names.
GIVEN_NAMES = _words(
    "aaron adam ahmed aisha alan albert alejandro alex alexander alexandra alice ali amanda amelia "
    "ana andre andrea andrei andrew angela anita ann anna anne anthony antonio arthur ashley "
    "barbara beatriz ben benjamin bernd bob brandon brian camille carla carlos carmen carol "
    "caroline catherine cem charles charlotte chen chiara chloe christian christina christine "
    "christopher claire clara claudia cynthia dan daniel daniela david deborah denise dennis diana "
    "diego dmitri donald donna doris dorothy edward elena elizabeth ella emily emma eric erik "
    "ethan eva evelyn fatima felix fernando fiona florian francesca francesco francisco frank "
    "franz frida gabriel gary george gerald giulia giuseppe gloria grace greg guillaume hannah "
    "hans harold hassan heather heidi helen helena helga henry hiroshi hugo ibrahim igor ines "
    "ingrid irene isaac isabel isabella ivan jack jacob jacqueline jakob james jamie jan jane "
    "janet jason javier jean jeffrey jennifer jessica jim joan joao joe johan johann johanna john "
    "jonas jonathan jordan jorge jose joseph joshua juan juana judith judy julia julian julie "
    "juliette jürgen justin karen karin karl katharina katherine kathleen kathryn keith kelly "
    "kenji kenneth kevin kim klaus kyle larry lars laura lauren lea lena leo leon leonardo li lila "
    "linda lisa liam logan louis louise luca lucas lucia lucy luigi luis lukas magdalena manuel "
    "marc marco marcus margaret maria marie marina mario mark markus martha martin martina mary "
    "mateo matteo matthew matthias max maya megan mehmet mei melissa mia michael michelle miguel "
    "mike mila mohamed mohammed monika muhammad nancy natalia natalie nathan nicholas nicole "
    "nina noah noor nora olga oliver olivia omar oscar otto pablo pamela patricia patrick paul "
    "paula pedro peter petra philip pierre priya rachel rafael raj ralph ravi raymond rebecca "
    "ricardo richard rita robert roberto roger ronald rosa rose russell ruth ryan sabine sally sam "
    "samantha samuel sandra sara sarah scott sean sebastian sergei sergio sharon shirley silvia "
    "simon simone sofia sophia sophie stefan stefanie stephanie stephen steven susan susanne sven "
    "sylvia tanja tatiana teresa theo theodor theresa thomas tim timothy tom tomas tyler uwe "
    "valentina vanessa vera victor victoria viktor vincent virginia vladimir walter wang wei "
    "werner william wolfgang yan yasmin yuki yusuf zoe zoë"
)
