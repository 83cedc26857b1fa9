/** Data for search engines. Browsers do not run it, and `<` in a text cannot end it. */
export function JsonLd({ data }: { data: object | undefined }) {
  if (!data) return null;
  const html = JSON.stringify(data).replaceAll('<', '\\u003c');
  return <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: html }} />;
}
