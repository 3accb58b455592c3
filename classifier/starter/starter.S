/* The bytes of starter.model, as they are. STARTER_MODEL is its path. */
    .section .rodata
    .balign 8
    .global kReplyguardStarterBegin
    .global kReplyguardStarterEnd
    .hidden kReplyguardStarterBegin
    .hidden kReplyguardStarterEnd
kReplyguardStarterBegin:
    .incbin STARTER_MODEL
kReplyguardStarterEnd:
    .section .note.GNU-stack,"",%progbits
