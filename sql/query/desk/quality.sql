select desk.quality()
