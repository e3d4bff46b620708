const elementPattern = /"((?:[^"\\]|\\.)*)"|([^,{}]+)/g;

function serialize(items: readonly unknown[]): string {
  const elements = items.map((item) => `"${String(item).replaceAll(/[\\"]/g, '\\$&')}"`);
  return `{${elements.join(',')}}`;
}

function parse(text: string): string[] {
  return [...text.matchAll(elementPattern)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll(/\\(.)/g, '$1') ?? plain,
  );
}

/**
 * The one-dimensional arrays without nulls that the engine stores. Otherwise the driver would query array
 * types on every new connection, and a connection lost at that moment leaves a rejection that nobody can
 * handle.
 */
export const arrayTypes = {
  texts: { to: 1009, from: [1009], serialize, parse },
  bigints: { to: 1016, from: [1016], serialize, parse },
  integers: { to: 1007, from: [1007], serialize, parse: (text: string) => parse(text).map(Number) },
};
