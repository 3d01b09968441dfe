// The source of the targets that own a precompiled header (SyzygyFolder.cmake); empty on purpose.
