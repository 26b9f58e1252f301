"""The rules of a room: who may do what, who sees what, who is shown to whom. Pure; `rules.apply` is the way in."""
