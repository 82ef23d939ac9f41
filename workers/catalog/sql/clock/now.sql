SELECT now_us FROM clock
