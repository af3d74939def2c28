"""What a password must be: long, not everybody's, and not the person's own name."""

SHORTEST = 10  # characters
LONGEST = 200
_FEWEST_DIFFERENT = 5
# What is tried first everywhere, and here; digits and signs around a word help nothing.
_COMMON = frozenset(
    """
    password passw0rd parol parolparol пароль құпиясөз qwerty qwertyuiop йцукен йцукенг
    qwerty123456 admin administrator админ operator оператор letmein welcome iloveyou
    changeme secret monkey dragon football superman sunshine princess master shadow michael
    kazakhstan казахстан қазақстан qazaqstan astana астана almaty алматы shymkent шымкент
    nursultan kazakh сәлем salem hotline contact contactcentre contactcenter call111
    abcdefghij asdfghjkl zxcvbnm zaqxswcde asdfgh фывапролд ячсмить люблютебя
    anna aigerim aliya ainur saule dana daniyar nurlan serik murat arman qwe asd zxc test
    testtest demo demodemo user username guest root toor samsung apple google instagram
    whatsapp telegram spring summer autumn winter весна лето осень зима january november
    """.split()  # noqa: SIM905  a list that people read and add to
)
_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")


def weakness(password: str, username: str) -> str | None:
    """Return the code of what is wrong with a password, None for a good one.

    `too_short`, `too_long`, `too_plain`, `own_name`, `too_common`.
    """
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    low = password.casefold()
    if len(set(low)) < _FEWEST_DIFFERENT or any(low in run * 2 for run in _RUNS):
        return "too_plain"
    name = username.casefold()
    if name and name in low and len(low) - len(name) < SHORTEST:
        return "own_name"
    if _bare(low) in _COMMON:
        return "too_common"
    return None


def _bare(low: str) -> str:
    """Return the letters between the digits and signs that people put around a word."""
    return low.strip("0123456789!@#$%^&*()-_=+.,?/\\|~` ")
