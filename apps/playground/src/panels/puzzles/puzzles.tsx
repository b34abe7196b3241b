export function Puzzles() {
  return <div class="panel-room" />;
}
