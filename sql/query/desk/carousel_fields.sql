select desk.carousel_fields()
