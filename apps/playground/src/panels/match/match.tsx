export function Match() {
  return <div class="panel-room" />;
}
