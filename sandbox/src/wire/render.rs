//! Answers and errors, in the protocol of the request.

use serde_json::{Value, json};

use super::xml;
use super::{ApiError, Protocol, Response, rest};
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
        Protocol::Ec2 => {
            let mut out = format!("<{operation}Response xmlns=\"{}\">", service.namespace());
            xml::element(&mut out, "requestId", &json!(request_id));
            xml::members_with_items(&mut out, result);
            out.push_str(&format!("</{operation}Response>"));
            xml_response(200, request_id, out)
        }
        Protocol::RestXml => rest_xml_answer(service, operation, result, request_id),
        Protocol::RestJson => match rest::status(service, operation) {
            204 => response(204, request_id, "application/json", String::new()),
            status => response(status, request_id, "application/json", result.to_string()),
        },
    }
}

/// An answer of Route 53. The member `Location` is a header and not part of the body (CreateHostedZone).
fn rest_xml_answer(service: Service, operation: &str, result: &Value, request_id: &str) -> Response {
    let mut body = result.clone();
    let location = body.as_object_mut().and_then(|members| members.remove("Location"));
    let mut out = format!("<{operation}Response xmlns=\"{}\">", service.namespace());
    xml::members_with_named_items(&mut out, &body);
    out.push_str(&format!("</{operation}Response>"));
    let mut answer = xml_response(rest::status(service, operation), request_id, out);
    if let Some(Value::String(location)) = location {
        answer.headers.push(("location".to_owned(), location));
    }
    answer
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
        Protocol::RestJson => {
            let fault = if error.status >= 500 { "Service" } else { "User" };
            let body = json!({ "Type": fault, "Message": error.message, "message": error.message });
            let mut response = response(error.status, request_id, "application/json", body.to_string());
            response.headers.push(("x-amzn-errortype".to_owned(), error.code.clone()));
            response
        }
        // EC2, "Troubleshoot Amazon EC2 API requests": `<Response><Errors><Error>`.
        Protocol::Ec2 => {
            let mut out = String::new();
            let detail = json!({ "Error": { "Code": error.code, "Message": error.message } });
            xml::element(&mut out, "Response", &json!({ "Errors": detail, "RequestID": request_id }));
            xml_response(error.status, request_id, out)
        }
        Protocol::Query | Protocol::RestXml => {
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
