/* The bytes of starter.model, as they are. STARTER_MODEL is its path. */
    .section .rodata
    .balign 8
    .global replyguard_starter_begin
    .global replyguard_starter_end
    .hidden replyguard_starter_begin
    .hidden replyguard_starter_end
replyguard_starter_begin:
    .incbin STARTER_MODEL
replyguard_starter_end:
    .section .note.GNU-stack,"",%progbits
