"""Owns how password_hashes.json beside this file was made: by the programs whose hashes they are.

``python -m tests.vectors.make_password_hashes PYTHON PHPASS``, where PYTHON has ``passlib==1.7.4``
(of which libpass is a fork) and ``bcrypt==4.0.1``, and PHPASS is PasswordHash.php of
github.com/openwall/phpass; with Debian's openssl, apache2-utils, whois (mkpasswd), slapd,
slapd-contrib, argon2, php-cli and coreutils; Django and Werkzeug come from the environment. Salts
are random, so that a new run makes other hashes. Costs are low where the program lets them be.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import hashers
from django.utils.version import get_version
from werkzeug.security import generate_password_hash

PASSWORDS = ("correct horse battery", "пароль 🐎 Straße", "p$%{}:'\"\\ !")
EXACTLY_72, LONGER = "a" * 72, "b" * 100
SLAPD = ("slappasswd", "-o", "module-path=/usr/lib/ldap")
PHPASS = "phpass of Openwall"
PHPASS_SOURCE = "test.php of Openwall's phpass, in the public domain"
DREPPER_SOURCE = "Ulrich Drepper, Unix crypt using SHA-256 and SHA-512, in the public domain"
CHEAP_BCRYPT = "password_hash($p, PASSWORD_BCRYPT, ['cost' => 4])"

Make = Callable[[str], str]


def run(*command: str, typed: str | None = None) -> str:
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def openssl(kind: str) -> Make:
    return lambda password: run("openssl", "passwd", f"-{kind}", "-stdin", typed=password)


def mkpasswd(*options: str) -> Make:
    return lambda password: run("mkpasswd", "--stdin", *options, typed=password)


def htpasswd(*options: str) -> Make:
    return lambda password: run("htpasswd", "-n", "-i", *options, "u", typed=password)[2:]


def slappasswd(scheme: str, *options: str) -> Make:
    return lambda password: run(*SLAPD, "-h", f"{{{scheme}}}", *options, "-s", password)


def argon2(kind: str, version: str = "13") -> Make:
    options = (kind, "-v", version, "-t", "1", "-k", "64", "-e")
    return lambda password: run("argon2", "salt of vectors", *options, typed=password)


def php(expression: str) -> Make:
    return lambda password: run("php", "-r", f"$p = $argv[1]; echo {expression};", password)


def phpass(source: str, mark: str) -> Make:
    code = (
        "require $argv[2]; $made = (new PasswordHash(4, true))->HashPassword($argv[1]); "
        "echo $argv[3] . substr($made, 3);"
    )
    return lambda password: run("php", "-r", code, password, source, mark)


def checksum(program: str) -> Make:
    return lambda password: run(program, typed=password).split()[0]


def passlib(python: str, handler: str, options: str) -> Make:
    code = f"import sys, passlib.hash as h; print(h.{handler}.using({options}).hash(sys.argv[1]))"
    return lambda password: run(python, "-W", "ignore", "-c", code, password)


def werkzeug(method: str) -> Make:
    return lambda password: generate_password_hash(password, method)


def of_django() -> Iterator[tuple[str, str, str, Make]]:
    """Answer Django's hashers, made cheap as its documentation says: by a class of one's own."""
    settings.configure()
    django.setup()
    tool = f"Django {get_version()}"
    cheap: list[tuple[str, type[hashers.BasePasswordHasher], dict[str, int]]] = [
        ("django", hashers.PBKDF2PasswordHasher, {"iterations": 1_000}),
        ("django", hashers.PBKDF2SHA1PasswordHasher, {"iterations": 1_000}),
        (
            "django",
            hashers.Argon2PasswordHasher,
            {"time_cost": 1, "memory_cost": 64, "parallelism": 2},
        ),
        ("django", hashers.BCryptPasswordHasher, {"rounds": 4}),
        ("django", hashers.BCryptSHA256PasswordHasher, {"rounds": 4}),
        ("django", hashers.ScryptPasswordHasher, {"work_factor": 16}),
        ("django_md5", hashers.MD5PasswordHasher, {}),
    ]
    for family, of_theirs, costs in cheap:
        hasher = type("Cheap", (of_theirs,), costs)()

        def make(password: str, hasher: hashers.BasePasswordHasher = hasher) -> str:
            return hasher.encode(password, hasher.salt())

        yield family, tool, f"django_{hasher.algorithm}", make


def of_others(python: str, source: str) -> Iterator[tuple[str, str, str, Make]]:
    """Answer family, program, the format's own name, and what makes a hash."""
    yield "argon2", "argon2", "argon2", argon2("-id")
    yield "argon2", "argon2", "argon2", argon2("-i")
    yield "argon2", "argon2", "argon2", argon2("-d")
    yield "argon2", "argon2, version 1.0", "argon2", argon2("-i", "10")
    yield (
        "argon2",
        "php-cli",
        "argon2",
        php("password_hash($p, PASSWORD_ARGON2ID, ['memory_cost' => 64, 'time_cost' => 1])"),
    )
    yield "bcrypt", "htpasswd", "bcrypt", htpasswd("-B", "-C", "4")
    yield "bcrypt", "mkpasswd", "bcrypt", mkpasswd("-m", "bcrypt", "-R", "4")
    yield "bcrypt", "mkpasswd", "bcrypt", mkpasswd("-m", "bcrypt-a", "-R", "4")
    yield "bcrypt", "php-cli", "bcrypt", php(CHEAP_BCRYPT)
    wordpress = (
        "'$wp' . password_hash(base64_encode(hash_hmac('sha384', trim($p), 'wp-sha384', true)), "
        "PASSWORD_BCRYPT, ['cost' => 4])"
    )
    yield (
        "wordpress",
        "php-cli, as wp_hash_password() of WordPress 6.8",
        "wordpress",
        php(wordpress),
    )
    for kind, name in (("5", "sha256_crypt"), ("6", "sha512_crypt"), ("1", "md5_crypt")):
        yield name, "openssl", name, openssl(kind)
    yield "apr1", "openssl", "apr1", openssl("apr1")
    yield "apr1", "htpasswd", "apr1", htpasswd("-m")
    yield "sha256_crypt", "mkpasswd", "sha256_crypt", mkpasswd("-m", "sha256crypt", "-R", "1000")
    yield "sha512_crypt", "mkpasswd", "sha512_crypt", mkpasswd("-m", "sha512crypt", "-R", "1234")
    yield "sha512_crypt", "htpasswd", "sha512_crypt", htpasswd("-5", "-r", "1000")
    yield "sha512_crypt", "php-cli", "sha512_crypt", php("crypt($p, '$6$saltofvectors$')")
    yield "werkzeug", "Werkzeug", "werkzeug_scrypt", werkzeug("scrypt:1024:8:1")
    yield "werkzeug", "Werkzeug", "werkzeug_scrypt", werkzeug("scrypt")
    for digest in ("sha1", "sha256", "sha512"):
        yield "werkzeug", "Werkzeug", "werkzeug_pbkdf2", werkzeug(f"pbkdf2:{digest}:1000")
    for digest in ("sha1", "sha256", "sha512"):
        make = passlib(python, f"pbkdf2_{digest}", "rounds=1000")
        yield "pbkdf2", "passlib 1.7.4", f"passlib_pbkdf2_{digest}", make
    yield "scrypt", "passlib 1.7.4", "passlib_scrypt", passlib(python, "scrypt", "rounds=4")
    sha256 = passlib(python, "bcrypt_sha256", "rounds=4")
    yield "bcrypt", "passlib 1.7.4", "passlib_bcrypt_sha256", sha256
    yield "phpass", PHPASS, "phpass", phpass(source, "$P$")
    yield "phpass", f"{PHPASS}, with the mark of phpBB 3.0", "phpass", phpass(source, "$H$")
    yield "django_sha1", "passlib 1.7.4", "django_sha1", passlib(python, "django_salted_sha1", "")
    yield from of_slapd()
    for digest in ("md5", "sha1", "sha256", "sha512"):
        yield f"{digest}_hex", "coreutils", f"{digest}_hex", checksum(f"{digest}sum")


def of_slapd() -> Iterator[tuple[str, str, str, Make]]:
    """Answer slappasswd's schemes, with the modules of slapd-contrib."""
    yield "ldap_ssha", "slappasswd", "ldap_ssha", slappasswd("SSHA")
    for scheme in ("SSHA256", "SSHA512"):
        make = slappasswd(scheme, "-o", "module-load=pw-sha2")
        yield "ldap_ssha", "slappasswd", f"ldap_{scheme.lower()}", make
    for scheme in ("PBKDF2", "PBKDF2-SHA256", "PBKDF2-SHA512"):
        make = slappasswd(scheme, "-o", "module-load=pw-pbkdf2")
        yield "ldap_pbkdf2", "slappasswd", f"ldap_{scheme.lower()}", make
    for prefix, name in (("$5$", "sha256_crypt"), ("$6$", "sha512_crypt"), ("$1$", "md5_crypt")):
        make = slappasswd("CRYPT", "-c", f"{prefix}%.8s")
        yield "ldap_crypt", "slappasswd", f"ldap_{name}", make
    yield "ldap_crypt", "slappasswd", "ldap_bcrypt", slappasswd("CRYPT", "-c", "$2y$04$%.22s")
    make = slappasswd("ARGON2", "-o", "module-load=argon2 m=64 t=1")
    yield "ldap_argon2", "slappasswd", "ldap_argon2", make
    for scheme in ("SHA", "MD5", "SMD5"):
        family = f"ldap_{scheme.lower()}"
        yield family, "slappasswd", family, slappasswd(scheme)
    yield "ldap_sha", "htpasswd", "ldap_sha", htpasswd("-s")


def published() -> Iterator[tuple[str, str, str, str]]:
    """Answer family, source, password and hash of what has been published."""
    yield "phpass", PHPASS_SOURCE, "test12345", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0"
    yield (
        "sha256_crypt",
        DREPPER_SOURCE,
        "Hello world!",
        "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
    )
    sha512 = (
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJu"
        "esI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
    )
    yield "sha512_crypt", DREPPER_SOURCE, "Hello world!", sha512


def row(family: str, name: str, tool: str, password: str, text: str) -> dict[str, str]:
    return {"family": family, "format": name, "tool": tool, "password": password, "hash": text}


def rows(python: str, source: str) -> Iterator[dict[str, str]]:
    for family, tool, password, text in published():
        yield row(family, family, tool, password, text)
    for family, tool, name, make in (*of_django(), *of_others(python, source)):
        for password in PASSWORDS:
            yield row(family, name, tool, password, make(password))
    yield row("bcrypt", "bcrypt", "php-cli", EXACTLY_72, php(CHEAP_BCRYPT)(EXACTLY_72))


if __name__ == "__main__":
    made = {
        "vectors": list(rows(sys.argv[1], sys.argv[2])),
        # PHP cuts it off after 72 bytes and says yes; we do not.
        "too_long": [row("bcrypt", "bcrypt", "php-cli", LONGER, php(CHEAP_BCRYPT)(LONGER))],
    }
    text = json.dumps(made, indent=1, ensure_ascii=False) + "\n"
    Path(__file__).with_name("password_hashes.json").write_text(text, encoding="utf-8")
