import { z } from 'zod';
import { invalidCurrencyMessage, isSupported } from './money.ts';

interface FieldError {
  message: string;
  code?: string;
}

/** A form field is always text: `check` returns an error in Stripe's words, or `convert` parses the text. */
function formField<T>(convert: (value: string) => T, check: (value: string) => FieldError | undefined) {
  return z.string().transform((value, ctx) => {
    const error = check(value);
    if (!error) return convert(value);
    ctx.addIssue({ code: 'custom', message: error.message, params: { code: error.code } });
    return z.NEVER;
  });
}

function integerError(value: string, min: number, max: number): FieldError | undefined {
  const code = 'parameter_invalid_integer';
  if (!/^-?\d{1,15}$/.test(value)) return { message: `Invalid integer: ${value}`, code };
  if (Number(value) < min) return { message: `This value must be greater than or equal to ${min}.`, code };
  if (Number(value) > max) return { message: `This value must be less than or equal to ${max}.`, code };
  return undefined;
}

export const integer = formField(Number, (value) => integerError(value, 0, Infinity));
export const positive = formField(Number, (value) => integerError(value, 1, Infinity));
export const limit = formField(Number, (value) => integerError(value, 1, 100));
export const boolean = formField(
  (value) => value === 'true',
  (value) => (/^(true|false)$/.test(value) ? undefined : { message: `Invalid boolean: ${value}` }),
);
export const url = formField(String, (value) =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)
    ? undefined
    : { message: 'Not a valid URL', code: 'url_invalid' },
);

export const currency = formField(
  (value) => value.toLowerCase(),
  (value) =>
    isSupported(value.toLowerCase()) ? undefined : { message: invalidCurrencyMessage(value.toLowerCase()) },
);
export const metadata = z.union([
  z.record(z.string().max(40), z.string().max(500)),
  z.literal('').transform(() => ({})),
]);
