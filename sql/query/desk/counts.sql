select desk.counts()
