#!/bin/sh
# Says that it runs, in the sandbox's words (a frame of two bytes: Ready, version 1), and falls over.
printf '\002\000\000\000\000\001'
exit 101
