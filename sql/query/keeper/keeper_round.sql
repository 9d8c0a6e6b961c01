select intray.keeper_round()
