"""The byte vocabulary of 288 tokens and the chat format. See README.md, "Format"."""

PAD, END, USER, ASSISTANT, SYSTEM = 256, 257, 258, 259, 260
SIZE = 288
ROLES = {"user": USER, "assistant": ASSISTANT, "system": SYSTEM}
CONTROL = ["<|pad|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>"]

TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)

# llama.cpp refuses a vocabulary without merges. The byte FF never occurs in UTF-8, so this
# merge never fires; its product takes the last id.
NEVER_MERGE = "ÿ ÿ"
NEVER_TOKEN = "ÿÿ"


def byte_characters() -> list[str]:
    """GPT-2's printable character for each byte, in byte order."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    shifted = iter(range(0x100, 0x200))
    return [chr(b) if b in printable else chr(next(shifted)) for b in range(256)]


def token_texts() -> list[str]:
    """The text of every token id."""
    named = byte_characters() + CONTROL
    reserved = [f"<|reserved_{i}|>" for i in range(len(named), SIZE - 1)]
    return named + reserved + [NEVER_TOKEN]


def token_types() -> list[int]:
    """GGUF token types: 1 normal, 3 control."""
    return [1] * 256 + [3] * (SIZE - 257) + [1]


def encode_turn(role: str, content: str) -> list[int]:
    """One closed turn: role token, bytes, end."""
    return [ROLES[role], *content.encode("utf-8"), END]


def encode_prompt(messages: list[tuple[str, str]]) -> list[int]:
    """All turns, then the opening of the assistant's answer."""
    ids = [i for role, content in messages for i in encode_turn(role, content)]
    return [*ids, ASSISTANT]


def decode(ids: list[int]) -> str:
    """The bytes among the ids, as text."""
    return bytes(i for i in ids if i < 256).decode("utf-8", errors="replace")
