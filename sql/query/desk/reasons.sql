select desk.reasons()
