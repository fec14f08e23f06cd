"""Personal data in cells is masked, however it is written; its form stays."""

import re
from typing import Any

import pytest

from application.disclosure.masking import masked_cell, masked_text, masked_wholly
from application.disclosure.personal_names import says_personal

EMAIL = "xxx@xxx.xxx"


@pytest.mark.parametrize(
    "text",
    [
        "john@example.com",
        "jöhn.o'neil+tag@exämple.co.uk",
        "john @ example . com",
        "john at example dot com",
        "john AT example DOT co DOT uk",
        "john [at] example [dot] com",
        "john(at)example.com",
        "john_at_example_dot_com",
        "john%40example.com",
        "john&#64;example.com",
        "john\uff20example\uff0ecom",
        "jo\u200bhn@exa\u200bmple.com",
        '"john smith"@example.com',
        "John Smith <john@example.com>",
        "john@localhost",
        "john @ example",
        "john -at- example -dot- com",
        "john*at*example*dot*com",
        "john dot smith at example dot com",
        "john{at}example{dot}com",
        "john(@)example(.)com",
        "john\\u0040example.com",
        "john at example.com",
    ],
)
def test_an_email_address_is_masked(text: str) -> None:
    assert masked_text(text) == EMAIL
    inside = masked_text(f"Please write to ({text}), thanks")
    assert EMAIL in inside
    assert not re.search("john|jöhn|smith|exa?m|neil", inside, re.IGNORECASE)


@pytest.mark.parametrize(
    "number",
    [
        "+49 (0) 30 123456",
        "+49(0)301234567",
        "0049 30 1234567",
        "030/1234567",
        "(555) 123-4567",
        "555.123.4567",
        "06 12 34 56 78",
        "+1\u00a0555\u00a0123\u00a04567",
        "+49\u201130\u20111234567",
        "0171 \u2013 123 45 67",
        "\u0660\u0663\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
        "\uff10\uff13\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
        "612345678",
        "5 5 5 1 2 3 4 5 6 7",
        "123-45-6789",
        "0301234",
        "030 / 123 - 45 - 67",
        "4\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e3 1111 1111 1111",
        "\U0001d7d8\U0001d7db\U0001d7d8 1234567",
        "4111\n1111\n1111\n1111",
        # Cards.
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111,1111,1111,1111",
        "5500.0000.0000.0004",
        "378282246310005",
        "4111\u200b1111\u200b1111\u200b1111",
        "7, 4111,1111,1111,1111, 12",
        # Accounts.
        "DE89 3704 0044 0532 0130 00",
        "de89370400440532013000",
        "GB82-WEST-1234-5698-7654-32",
        "NL91ABNA0417164300",
        "FR14 2004 1010 0505 0001 3M02 606",
    ],
)
def test_a_telephone_card_or_account_number_is_masked(number: str) -> None:
    for text in (number, f"Tel.{number}", f"mine is {number}, or so", f"{number} and then"):
        masked = masked_text(text)
        left = sum(character.isdigit() for character in masked)
        assert left <= 3, masked
        assert "#" in masked
        assert "WEST" not in masked
        assert "ABNA" not in masked


@pytest.mark.parametrize(
    "text",
    [
        "Tel. 12 34 56",
        "Mobile: 123456",
        "call me at 55512",
        "born 1985-03-02",
        "geb. am 02.03.1985",
    ],
)
def test_a_short_number_or_a_date_is_masked_where_a_word_says_what_it_is(text: str) -> None:
    assert not re.search("[0-9]", masked_text(text))


def test_the_form_of_a_number_stays() -> None:
    assert masked_text("call (555) 123-4567 now") == "call (###) ###-#### now"
    assert masked_text("DE89 3704 0044 0532 0130 00 please") == "XX## #### #### #### #### ## please"


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31",
        "31.12.2023",
        "2024-01-31 12:30:00",
        "1999-2003",
        "1.234.567,89",
        "1,234,567.89",
        "1 234 567,89",
        "3.14159",
        "PAL0708",
        "SKU 1234567",
        "12345678",
        "look at home. Then go",
        "arrived at 10.30, left at 12.45",
        "12 of 34 in room 5678",
        "Adelie Penguin (Pygoscelis adeliae)",
        "",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert masked_text(text) == text


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (4111111111111111, "#" * 16),
        (4915112345678, "#" * 13),
        (4915112345678.0, "#" * 13),
        (12345678, 12345678),
        (0.125, 0.125),
        (True, True),
        (None, None),
        ({"mail": ["a@b.de", 5]}, {"mail": [EMAIL, 5]}),
    ],
)
def test_cells_that_are_no_text_are_masked_too(cell: Any, shown: Any) -> None:
    assert masked_cell(cell, wholly=False) == shown


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("Anna-Lena Müller", "Xxx-Xxx Xxx"),
        ("Żaneta O'Neil", "Xxx X'Xxx"),
        ("李小龙", "xxx"),
        ("1985-03-02", "####-##-##"),
        (1985, "####"),
        (True, "Xxx"),
        (None, None),
        (["Ann", 7], ["Xxx", "#"]),
    ],
)
def test_of_a_personal_column_only_the_form_is_shown(cell: Any, shown: Any) -> None:
    assert masked_cell(cell, wholly=True) == shown


def test_how_long_a_name_is_is_not_told() -> None:
    assert masked_wholly("Jo Li") != masked_wholly("Wolfeschlegel Hubert")
    assert masked_wholly("Maximilian Mustermann") == masked_wholly("Max Mus")


@pytest.mark.parametrize(
    "name",
    re.findall(
        r"\S+",
        "name Name NAME first_name FirstName firstname lastName SURNAME customerName customer_name "
        "address Street_Address street ssn SSN dob DateOfBirth date_of_birth birthDate "
        "Geburtsdatum Vorname Nachname kundenvorname Straße Telefonnummer phone phoneNumber Phone1 "
        "tel e-mail email E-Mail-Adresse nom prénom date_de_naissance apellidos nombre "
        "fecha_nacimiento teléfono dirección cognome indirizzo naam achternaam geboortedatum imię "
        "nazwisko jméno příjmení förnamn fødselsdato personnummer имя Фамилия адрес 姓名 "
        "电话号码 氏名 住所 이름 전화번호 الاسم नाम iban credit_card CardNumber passport_no "
        "customer Patient contact password ip_address user_name tax_id soyad\u0131 CPF όνομα",
    ),
)
def test_a_name_of_a_column_that_says_so_makes_it_personal(name: str) -> None:
    assert says_personal(name)


@pytest.mark.parametrize(
    "name",
    re.findall(
        r"\S+",
        "product_name filename studyName species island price amount customer_id CustomerID "
        "order_id date age sex city country column_name brand unit type tip total_bill automobile "
        "body_mass_g rating description created_at status contact_date patient_count event_name",
    ),
)
def test_other_columns_are_not_personal_by_their_names(name: str) -> None:
    assert not says_personal(name)
