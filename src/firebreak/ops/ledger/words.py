"""Events and faults in words, in both languages. An action brings its own; here is what happens outside actions."""

from __future__ import annotations

EVENTS: dict[str, tuple[str, str]] = {
    "access.refused": ("拒绝访问", "Access refused"),
    "cases.person-traced": ("追踪此人", "Person traced"),
    "persons.pair-read": ("核对时查看明文", "Shown in full with a pair"),
    "vault.taken": ("明文导出的对象", "Subjects exported in full"),
    "integrations.guessed": ("猜测令牌", "Tokens guessed"),
    "accounts.locked-out": ("账号锁定", "Name locked"),
}

FAULTS: dict[str, tuple[str, str]] = {
    "changed": ("记录被改动", "Entry changed"),
    "removed": ("记录被删除", "Entries removed"),
    "inserted": ("混入外来记录", "Foreign entry inserted"),
    "head": ("链头不符", "Head does not match"),
    "guard": ("防改触发器缺失", "Guard missing"),
    "anchor": ("与抄存的链头不符", "Not what was noted earlier"),
}
