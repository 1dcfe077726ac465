export function Domains() {
  return (
    <>
      <title>Domains and policy · Sluice</title>
      <h1>Domains and policy</h1>
    </>
  );
}
