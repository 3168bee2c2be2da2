/**
 * The version of this front end, compared at the start with the one of the server extension.
 *
 * A test holds it equal to package.json and to the Python package.
 */
export const VERSION = '0.1.0';
