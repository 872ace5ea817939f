"""The embedded encoder: a static embedding that is built from the catalogue in seconds, without torch or a download.

`tokens` reads a text as words and pieces, `pieces` chooses the pieces, `counting` and `spectrum` make word vectors from
what stands near what, `contrast` teaches them what belongs together, `building` runs it all, `layout` writes and reads
the folder that sentence-transformers reads too. Nothing here knows the catalogue: in go texts and pairs of texts.
"""
