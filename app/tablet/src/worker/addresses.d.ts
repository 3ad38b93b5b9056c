// What Vite makes of an import that ends in `?url`; its own types would bring the page's into the workers.
declare module "*?url" {
  const address: string;
  export default address;
}
