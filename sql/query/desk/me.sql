select desk.me()
