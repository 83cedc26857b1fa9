export function select(files: string[]): { projects: string[]; images: string[] };
