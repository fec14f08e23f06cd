"""Names of columns that say that what they hold is personal, in the languages of many tables.

A word too many makes a sample less useful; a word too few gives somebody away.
"""

import re
import unicodedata

_WORDS = re.compile(r"[^\W\d_]+")
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th"}
)
_HUMPS = re.compile(r"(?<=[^\W\d_])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])")


def _plain(text: str) -> str:
    """Without case, accents and forms of the same letter."""
    apart = unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in apart if not unicodedata.category(c).startswith("M"))
    return letters.casefold().translate(_LETTERS)


def _set(words: str) -> frozenset[str]:
    return frozenset(_plain(words).split())


_PERSONAL = _set(
    """
    forename surname nickname maiden initials address addresses addr street phone phones telephone
    tel mobile cell cellphone fax email emails mail ssn nin nino passport dob birth birthday
    birthdate born iban cvv cvc pan password passwd pwd tin taxid ip
    fname lname mname bday mob mrn naiss nasc gebdat
    rufname adresse anschrift strasse str hausnummer wohnort telefon handy mobil mobilnummer
    rufnummer geboren geb ausweis kennzeichen passwort
    nom noms prenom rue portable courriel nir passeport
    nombre nombres calle movil correo dni nie nif curp rfc pasaporte tarjeta contrasena
    nome nomi morada rua celular telemovel cpf rg senha cellulare
    naam adres straat telefoon mobiel bsn paspoort wachtwoord
    imie adresa ulica ulice komorka pesel dowod haslo jmeno meno
    namn navn adress adresse gata gade personnummer cpr
    nimi osoite katu puhelin
    isim ad adi soyad soyadi dogum kimlik tckn
    nev cim nume prenume nastere cnp nama alamat telepon lahir
    ονομα επωνυμο διευθυνση τηλεφωνο
    имя фамилия отчество фио адрес улица телефон почта рождения паспорт снилс инн имени
    прізвище адреса
    اسم الاسم عنوان العنوان هاتف الهاتف جوال ميلاد
    שם כתובת טלפון
    नाम पता फोन
    """
)
"""Whole words."""

_STEMS = tuple(
    _set(
        """
        firstname lastname surname forename fullname username nickname maidenname middlename
        vorname nachname familienname zuname geburtsname prenom apellido sobrenome cognome
        voornaam achternaam nazwisko prijmeni priezvisko fornamn efternamn fornavn etternavn
        efternavn sukunimi etunimi soyad keresztnev vezeteknev
        phone telefon telefoon telephone telefono telefone handynummer mobilenumber cellnumber
        email courriel correo address adresse anschrift strasse direccion domicilio indirizzo
        endereco birth geburt nacimiento naissance nascita nascimento geboorte urodz narozen
        fodelse fodsel syntyma szuletes socialsecurity sozialvers secu codicefiscale rodnecislo
        henkilotunnus passport reisepass passnumber creditcard kreditkart cardnumber cardno
        accountnumber accountno accountholder kontonummer kontoinhaber taxid steuernummer steuerid
        nationalid contactno contactnumber ausweis licenseplate licenceplate driverlicen
        driverslicen driverid password passwort motdepasse ipaddress macaddress
        """
    )
    | _set(
        "姓名 名字 姓氏 地址 住址 电话 電話 手机 手機 邮箱 郵箱 生日 出生 身份证 身分證 护照 護照 "
        "银行卡 密码 "
        "氏名 名前 住所 携帯 メール 生年月日 誕生日 マイナンバー "
        "이름 성명 주소 전화 휴대폰 이메일 생년월일 주민등록 여권 "
        "diachi dienthoai hovaten"
    )
)
"""Parts of names that are written without a gap."""

_PERSONS = _set(
    """
    person people contact customer client patient employee worker user member guest passenger
    student pupil teacher professor doctor nurse author owner buyer seller sender recipient
    applicant candidate tenant driver manager boss parent father mother child spouse husband wife
    first last given family middle account card holder customers patients employees users
    kunde kundin patientin mitarbeiter mitarbeiterin inhaber ansprechpartner empfanger absender
    schuler lehrer arzt cliente paciente empleado alumno klant medewerker
    """
)
"""What a column of persons is called, unless more is said: a `customer_id` names nobody."""

_THINGS = _set(
    """
    product products item file field column table study species brand event host domain category
    class type unit code model variable sheet dataset sample project task tag label tool package
    function app application system server device channel game team league school company firm
    organisation organization org country city state region town place island station store shop
    site department dept group currency metric test course movie film song album book genre plant
    animal dish drug medicine gene protein layer feature attribute key folder path bucket queue
    topic role stage step status sensor machine color colour scientific common
    produkt artikel datei land stadt ort firma marke produit fichier ville pays producto archivo
    ciudad pais
    """
)
"""What else has a name."""


def says_personal(name: str) -> bool:
    """Whether the name of a column says that it holds personal data."""
    words = _words_of(name)
    if words & _PERSONAL:
        return True
    joined = "".join(_WORDS.findall(_plain(name)))
    if any(stem in joined for stem in _STEMS):
        return True
    if words & {"name", "names"}:
        return not words & _THINGS
    return bool(words) and words <= _PERSONS


def _words_of(name: str) -> frozenset[str]:
    words = set(_WORDS.findall(_plain(_HUMPS.sub(" ", name))))
    words |= set(_WORDS.findall(_plain(name)))
    for word in tuple(words):
        if len(word) > 4 and word.endswith("name"):
            words |= {word.removesuffix("name"), "name"}
    return frozenset(words)
