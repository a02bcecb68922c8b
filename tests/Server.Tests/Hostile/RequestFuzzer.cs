using System.Text;
using System.Text.Json.Nodes;

namespace Playground.Server.Tests.Hostile;

/// <summary>
/// Requests made at random from the server's own OpenAPI document: every operation, its parameters and bodies, of values that fit, that do
/// not, and that are no JSON. The same seed makes the same request.
/// </summary>
internal sealed class RequestFuzzer(JsonNode document, IReadOnlyList<string> known)
{
    private static readonly string[] s_breaks = ["", "{", "}", "[", "]", "\"", ",", ":", "\\", "\\u0000", "\0", "é", "\uFEFF", "/*",
        "1e999"];

    private readonly (string Method, string Path, JsonNode Operation)[] _operations =
    [
        .. from path in document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select (operation.Key.ToUpperInvariant(), path.Key, operation.Value)
    ];

    public int Operations => _operations.Length;

    /// <summary>Values that were put into parameters and fields so far.</summary>
    public long Values { get; private set; }

    public (HttpMethod Method, string Path, string? Body) Make(int seed)
    {
        var random = new Random(seed);
        var (method, path, operation) = _operations[random.Next(_operations.Length)];
        var query = new List<string>();
        foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
        {
            var name = (string)parameter!["name"]!;
            var value = Text(random, parameter["schema"]);
            // What is deleted would leave nothing for the requests after it.
            if (method == "DELETE" && known.Contains(value)) value = "x" + value;
            if ((string)parameter["in"]! == "path")
                path = path.Replace($"{{{name}}}", Uri.EscapeDataString(value.Length is 0 or > 1500 ? "x" : value),
                    StringComparison.Ordinal);
            else if (random.Next(2) == 0)
                query.Add($"{name}={Uri.EscapeDataString(value.Length > 1500 ? "x" : value)}");
        }
        if (query.Count > 0) path += "?" + string.Join('&', query);
        var schema = operation["requestBody"]?["content"]?["application/json"]?["schema"];
        var body = schema is null ? null : Broken(random, Value(random, schema, 0));
        return (new HttpMethod(method), path, body);
    }

    // A tenth is cut, doubled or has something put in that does not belong there.
    private static string Broken(Random random, string body)
    {
        if (random.Next(10) > 0 || body.Length == 0) return body;
        var at = random.Next(body.Length);
        return random.Next(3) switch
        {
            0 => body[..at],
            1 => body.Insert(at, s_breaks[random.Next(s_breaks.Length)]),
            _ => body[..at] + body[random.Next(body.Length)..],
        };
    }

    private string Value(Random random, JsonNode? schema, int depth)
    {
        if (depth > 0) Values++;
        if (depth > 6 || random.Next(6) == 0) return HostileValues.Json[random.Next(HostileValues.Json.Count)];
        if ((string?)schema?["$ref"] is { } reference)
            return Value(random, document["components"]!["schemas"]![reference.Split('/')[^1]], depth + 1);
        if ((schema?["oneOf"] ?? schema?["anyOf"])?.AsArray() is { Count: > 0 } one)
            return Value(random, one[random.Next(one.Count)], depth + 1);
        if (schema?["enum"]?.AsArray() is { Count: > 0 } names) return names[random.Next(names.Count)]?.ToJsonString() ?? "null";
        var types = schema?["type"] is JsonArray several ? [.. several.Select(t => (string)t!)] : new[] { (string?)schema?["type"] };
        return types[random.Next(types.Length)] switch
        {
            "object" => ObjectOf(random, schema!, depth),
            "array" => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, schema!["items"], depth + 1)))}]",
            "integer" => random.Next(3) == 0 ? random.NextInt64(-3, 70).ToString()
                : random.Next(2) == 0 ? "1" : random.NextInt64().ToString(),
            "number" => random.Next(2) == 0 ? random.NextSingle().ToString("R") : (random.NextDouble() * 1e6 - 1e3).ToString("R"),
            "boolean" => random.Next(2) == 0 ? "true" : "false",
            "null" => "null",
            _ => JsonValue.Create(Name(random)).ToJsonString(),
        };
    }

    private string ObjectOf(Random random, JsonNode schema, int depth)
    {
        var text = new StringBuilder("{");
        foreach (var (name, field) in schema["properties"]?.AsObject() ?? [])
        {
            if (random.Next(3) == 0) continue;
            text.Append(text.Length > 1 ? "," : "").Append(JsonValue.Create(name).ToJsonString()).Append(':')
                .Append(Value(random, field, depth + 1));
        }
        return text.Append('}').ToString();
    }

    private string Text(Random random, JsonNode? schema)
    {
        Values++;
        return random.Next(2) == 0 ? known[random.Next(known.Count)] : Value(random, schema, 0).Trim('"');
    }

    private string Name(Random random)
    {
        if (random.Next(3) > 0) return known[random.Next(known.Count)];
        var letters = new char[random.Next(40)];
        for (var i = 0; i < letters.Length; i++) letters[i] = (char)random.Next(1, random.Next(4) == 0 ? 0xD800 : 0x7F);
        return new string(letters);
    }
}
