export function Train() {
  return <div class="panel-room" />;
}
