const ACCENTS: Record<string, string> = {
  a: 'á',
  e: 'é',
  i: 'í',
  o: 'ó',
  u: 'ú',
  A: 'Á',
  E: 'É',
  I: 'Í',
  O: 'Ó',
  U: 'Ú',
};

/** The message with accents in brackets: "[Býé]". Arguments, keywords and tags stay as they are. */
export function pseudo(message: string): string {
  // The names of arguments and options are before a comma, a brace or the end of a tag.
  const accented = message.replace(
    /\{\w+(?:, (?:plural|select),)?|[=\w]+ (?=\{)|<\/?\w+>|[aeiouAEIOU]/g,
    (part) => ACCENTS[part] ?? part,
  );
  return `⟦${accented}⟧`;
}
