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
        string[] files = [Path.Combine("mnist", "model_index.json"), Path.Combine("mnist", "unet", "config.json")];
        var copied = Directory.GetFiles(Models, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Models, f));
        Assert.Equal(files, copied.Order());
        Assert.Equal("index", File.ReadAllText(Path.Combine(Models, files[0])));
        Assert.False(Directory.Exists(Models + ".part"));
    }

    [Fact]
    public void A_model_that_was_deleted_does_not_come_back()
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

    private static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
