select path, value from intray.prekeyed($1)
