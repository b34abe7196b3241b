export function Read() {
  return <div class="panel-room" />;
}
