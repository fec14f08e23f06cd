"""What may stand before or after a number as its unit: percent, and the world's currencies."""

# ruff: noqa: SIM905 a list of hundreds of words in quotes cannot be read
_SIGNS = frozenset(
    "%\u2030\u20ac$\u00a3\u00a5\u20b9\u20bd\u20a9\u20ba\u20b4\u20aa\u20ab\u0e3f\u20b1\u20a6\u20a1\u20b2\u20b5"
    "\u20b8\u20bf\u00a2\uff05\uffe5"
)
_NAMES = frozenset(
    "US$ A$ AU$ C$ CA$ NZ$ HK$ S$ NT$ R$ z\u0142 kr kr. K\u010d Ft Fr. lei \u043b\u0432 "
    "\u0440\u0443\u0431 \u0440\u0443\u0431. \u0433\u0440\u043d \u0433\u0440\u043d. "
    "Rs Rs. Euro RM Rp TL kn FCFA \u0111 \u5186 \u5143 \uc6d0".split()
)
_ISO_4217 = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS "
    "KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
    "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
    "TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL".split()
)


def is_unit(text: str) -> bool:
    """Whether `text` is a sign of percent or a currency, or a currency's code."""
    return text in _SIGNS or text in _NAMES or text in _ISO_4217
