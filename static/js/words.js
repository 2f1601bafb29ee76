// Words in the language of the page, from Django's catalogue, which the pages with modules load before them.
// English needs none: each word stands for itself.
const { django } = globalThis;

export const gettext = (word) => django?.gettext?.(word) ?? word;
export const ngettext = (one, many, number) => django?.ngettext?.(one, many, number) ?? (number === 1 ? one : many);
export const interpolate = (text, values) => values.reduce((said, value) => said.replace("%s", () => value), text);
