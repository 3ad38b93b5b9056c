// A sentence in both languages; `{name}` is a place that `say` fills, `{name:one|many}` a word that agrees with it.
export interface Text {
  readonly fr: string;
  readonly en: string;
}

export type Words = Readonly<Record<string, Text>>;
