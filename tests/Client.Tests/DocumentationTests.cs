using System.Reflection;
using System.Xml.Linq;
using Microsoft.AspNetCore.Components;
using Playground.Client.Components;

namespace Playground.Client.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void Every_parameter_of_every_component_says_what_it_is()
    {
        var assembly = typeof(PageHeader).Assembly;
        var documented = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .Where(m => m.Element("summary") is { Value.Length: > 0 }).Select(m => (string)m.Attribute("name")!).ToHashSet();
        var parameters = assembly.GetTypes().Where(t => typeof(IComponent).IsAssignableFrom(t) && !t.IsDefined(typeof(RouteAttribute)))
            .SelectMany(t => t.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly))
                .Where(p => p.IsDefined(typeof(ParameterAttribute))).ToList();
        Assert.True(parameters.Count > 80, $"{parameters.Count} parameters");
        Assert.All(parameters, p => Assert.Contains($"P:{p.DeclaringType!.FullName}.{p.Name}", documented));
    }
}
