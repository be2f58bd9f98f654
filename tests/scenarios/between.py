"""A proxy that stands between albctl and an endpoint, and lets a call meet what it may meet in AWS."""
import http.client, http.server, sys, threading, urllib.parse


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that ends with its connection open is no error."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Between:
    """Forwards what it gets; `meets[action]` is called before a call of that API action, and may answer in its place."""

    def __init__(self, url):
        self.target = urllib.parse.urlsplit(url).netloc
        self.meets, self.calls = {}, []
        between = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                action = urllib.parse.parse_qs(body.decode(errors="replace")).get("Action", [""])[0]
                between.calls.append(action)
                meet = between.meets.get(action)
                self.reply(*((meet and meet()) or between.forward(self, body)))

            def reply(self, status, answer, kind="text/xml"):
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def forward(self, request, body):
        connection = http.client.HTTPConnection(self.target, timeout=60)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in ("host", "connection")}
        connection.request("POST", request.path, body, headers)
        answer = connection.getresponse()
        found = answer.status, answer.read(), answer.getheader("content-type", "text/xml")
        connection.close()
        return found

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def refusal(status, code, message="injected"):
    """An error as the Query API of Elastic Load Balancing answers it."""
    xml = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
    return status, xml.encode()


def first(times, answer):
    """Answers so for so many times; later calls are forwarded."""
    left = [answer] * times
    return lambda: left.pop() if left else None
