/**
 * The same plain data to those who move it on in place. Everybody else reads it, and never longer than until the next
 * input.
 */
export type Moving<T> = { -readonly [field in keyof T]: T[field] };
