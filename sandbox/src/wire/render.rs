//! Answers and errors, in the protocol of the request.

use serde_json::{Value, json};

use super::xml;
use super::{ApiError, Protocol, Response};
use crate::services::Service;

/// A successful answer.
pub(crate) fn answer(service: Service, operation: &str, result: &Value, request_id: &str) -> Response {
    match service.protocol() {
        Protocol::Json => json_response(200, request_id, result),
        Protocol::Query => {
            let mut out = format!("<{operation}Response xmlns=\"{}\">", service.namespace());
            xml::element(&mut out, &format!("{operation}Result"), result);
            xml::element(&mut out, "ResponseMetadata", &json!({ "RequestId": request_id }));
            out.push_str(&format!("</{operation}Response>"));
            xml_response(200, request_id, out)
        }
    }
}

/// An error.
pub(crate) fn refusal(protocol: Protocol, error: &ApiError, request_id: &str) -> Response {
    match protocol {
        Protocol::Json => {
            // Both spellings of "message" exist among AWS services; clients read either.
            let body = json!({ "__type": error.code, "message": error.message, "Message": error.message });
            let mut response = json_response(error.status, request_id, &body);
            response.headers.push(("x-amzn-errortype".to_owned(), error.code.clone()));
            response
        }
        Protocol::Query => {
            let fault = if error.status >= 500 { "Receiver" } else { "Sender" };
            let mut out = String::new();
            let detail = json!({ "Type": fault, "Code": error.code, "Message": error.message });
            xml::element(&mut out, "ErrorResponse", &json!({ "Error": detail, "RequestId": request_id }));
            xml_response(error.status, request_id, out)
        }
    }
}

fn json_response(status: u16, request_id: &str, body: &Value) -> Response {
    response(status, request_id, "application/x-amz-json-1.1", body.to_string())
}

fn xml_response(status: u16, request_id: &str, body: String) -> Response {
    response(status, request_id, "text/xml", body)
}

fn response(status: u16, request_id: &str, content_type: &str, body: String) -> Response {
    let headers = vec![
        ("content-type".to_owned(), content_type.to_owned()),
        ("x-amzn-requestid".to_owned(), request_id.to_owned()),
    ];
    Response { status, headers, body: body.into_bytes() }
}
