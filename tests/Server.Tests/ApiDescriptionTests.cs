using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playground.Client.Contracts;
using Playground.Core.Tests;

namespace Playground.Server.Tests;

/// <summary>What <c>/openapi/v1.json</c> says to programs that are made from it.</summary>
[Collection(Servers.Plain)]
public sealed class ApiDescriptionTests(ServerProcess server)
{
    [Fact]
    public async Task It_has_a_title_and_every_operation_a_summary()
    {
        var description = await DescribeAsync();
        Assert.Equal("Playground", (string)description["info"]!["title"]!);
        var bare = from path in description["paths"]!.AsObject()
                   from operation in path.Value!.AsObject()
                   where operation.Key != "parameters" && string.IsNullOrEmpty((string?)operation.Value!["summary"])
                   select $"{operation.Key} {path.Key}";
        Assert.Empty(bare);
    }

    [Fact]
    public async Task Numbers_are_numbers_and_nothing_else()
    {
        var mixed = from schema in (await SchemasAsync())
                    from property in schema.Value!["properties"]?.AsObject() ?? []
                    where property.Value!["type"] is JsonArray types
                        && types.Any(t => (string)t! is "integer" or "number") && types.Any(t => (string)t! == "string")
                    select $"{schema.Key}.{property.Key}";
        Assert.Empty(mixed);
    }

    [Fact]
    public async Task Every_schema_says_what_is_in_it_and_every_list_what_of()
    {
        var schemas = await SchemasAsync();
        // Whatever JSON a job's kind has.
        Assert.Equal(["JsonElement"], schemas.Where(s => s.Value!["type"] is null && s.Value["enum"] is null && s.Value["oneOf"] is null
            && s.Value["anyOf"] is null).Select(s => s.Key));
        Assert.Empty(from schema in schemas
                     from property in schema.Value!["properties"]?.AsObject() ?? []
                     where (string?)(property.Value!["type"] as JsonValue) == "array" && property.Value["items"] is null
                     select $"{schema.Key}.{property.Key}");
        Assert.Equal(["code", "text", "values"], schemas["Remark"]!["properties"]!.AsObject().Select(p => p.Key));
    }

    [Fact]
    public async Task Settings_have_their_ranges_choices_defaults_and_sentences()
    {
        var schemas = await SchemasAsync();
        foreach (var (name, settings) in new[] { ("TrainingOptions", Setting.Of<TrainingOptions>()),
            ("SampleRequest", Setting.Of<SampleRequest>()) })
            foreach (var setting in settings)
            {
                var property = schemas[name]!["properties"]![setting.Name]!;
                Assert.Equal(setting.EnglishHint, (string)property["description"]!);
                Assert.Equal(setting.Choices, property["enum"]?.AsArray().Select(c => (string)c!));
                Assert.Equal(setting.Least, Number(property, setting.IsLeastExcluded ? "exclusiveMinimum" : "minimum"));
                if (setting.Most is not null)
                    Assert.Equal(setting.Most, Number(property, setting.IsMostExcluded ? "exclusiveMaximum" : "maximum"));
                if (setting.Default is not null) Assert.Equal(Setting.Text(setting.Default), property["default"]!.ToString());
            }
    }

    private static double? Number(JsonNode property, string key) => property[key] is { } number ? number.GetValue<double>() : null;

    private async Task<JsonObject> SchemasAsync() => (await DescribeAsync())["components"]!["schemas"]!.AsObject();

    private async Task<JsonNode> DescribeAsync()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        return (await http.GetFromJsonAsync<JsonNode>("/openapi/v1.json", TestContext.Current.CancellationToken))!;
    }
}
