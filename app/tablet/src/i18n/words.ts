// A sentence in both languages; `{name}` is a place that `t()` fills.
export interface Text {
  readonly fr: string;
  readonly en: string;
}

export type Words = Readonly<Record<string, Text>>;
