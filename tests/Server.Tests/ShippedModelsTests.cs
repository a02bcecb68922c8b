using Microsoft.Extensions.Logging.Abstractions;
using Playground.Server.Models;

namespace Playground.Server.Tests;

public sealed class ShippedModelsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shipped-").FullName;

    private string Shipped => Path.Combine(_folder, "program", "models");

    private string Models => Path.Combine(_folder, "data", "models");

    public ShippedModelsTests()
    {
        Write(Path.Combine(Shipped, "mnist", "model_index.json"), "index");
        Write(Path.Combine(Shipped, "mnist", "unet", "config.json"), "config");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_first_start_finds_the_models_that_come_with_the_program()
    {
        // What a crash left of an earlier try.
        Write(Path.Combine(Models + ".part", "mnist", "model_index.json"), "ind");
        ShippedModels.CopyTo(Models, Shipped, NullLogger.Instance);
        Assert.Equal([".shipped", Path.Combine("mnist", "model_index.json"), Path.Combine("mnist", "unet", "config.json")], Copied());
        Assert.Equal("index", File.ReadAllText(Path.Combine(Models, "mnist", "model_index.json")));
        Assert.False(Directory.Exists(Models + ".part"));
    }

    [Fact]
    public void A_model_that_was_deleted_does_not_come_back()
    {
        ShippedModels.CopyTo(Models, Shipped, NullLogger.Instance);
        Directory.Delete(Path.Combine(Models, "mnist"), recursive: true);
        ShippedModels.CopyTo(Models, Shipped, NullLogger.Instance);
        Assert.Equal([".shipped"], Copied());
    }

    [Fact]
    public void A_later_versions_new_models_come_and_nothing_of_a_persons_own_is_replaced()
    {
        ShippedModels.CopyTo(Models, Shipped, NullLogger.Instance);
        Directory.Delete(Path.Combine(Models, "mnist"), recursive: true);
        Write(Path.Combine(Models, "faces", "model_index.json"), "own");
        foreach (var name in new[] { "emoji", "faces" }) Write(Path.Combine(Shipped, name, "model_index.json"), "new");
        // What a crash left of an earlier try.
        Write(Path.Combine(Models, "emoji.part", "model_index.json"), "ne");
        ShippedModels.CopyTo(Models, Shipped, NullLogger.Instance);
        Assert.Equal([".shipped", Path.Combine("emoji", "model_index.json"), Path.Combine("faces", "model_index.json")], Copied());
        Assert.Equal("new", File.ReadAllText(Path.Combine(Models, "emoji", "model_index.json")));
        Assert.Equal("own", File.ReadAllText(Path.Combine(Models, "faces", "model_index.json")));
        Directory.Delete(Path.Combine(Models, "emoji"), recursive: true);
        ShippedModels.CopyTo(Models, Shipped, NullLogger.Instance);
        Assert.False(Directory.Exists(Path.Combine(Models, "emoji")));
    }

    [Fact]
    public void A_folder_that_somebody_made_is_left_alone()
    {
        Directory.CreateDirectory(Models);
        ShippedModels.CopyTo(Models, Shipped, NullLogger.Instance);
        Assert.Empty(Directory.GetFileSystemEntries(Models));
    }

    [Fact]
    public void A_program_that_carries_none_makes_no_folder()
    {
        ShippedModels.CopyTo(Models, Path.Combine(_folder, "nothing"), NullLogger.Instance);
        Assert.False(Directory.Exists(Models));
    }

    private string[] Copied() => [.. Directory.GetFiles(Models, "*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Models, f)).Order(StringComparer.Ordinal)];

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
