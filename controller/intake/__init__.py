"""The only reader of site folders: files in, nouns and actions out, and a refusal for every row that does not fit."""
