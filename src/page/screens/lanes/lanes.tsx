export function Lanes() {
  return (
    <>
      <title>Lanes · Sluice</title>
      <h1>Lanes</h1>
    </>
  );
}
